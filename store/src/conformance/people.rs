//! Users and sessions.

use dozor_domain::{
    CategoryRequest, CategoryRequestId, Coded as _, Localized, ObjectId, RequestState, RequestVerdict,
    RiskCategory, UserId,
};

use super::{Backend, at, on_both};
use crate::{StoreError, User, UserState};

on_both!(users_are_found_by_login_and_changed_once, sessions_end, a_request_is_filed_once_and_answered_once);

async fn a_request_is_filed_once_and_answered_once(backend: Backend) {
    let store = backend.initialised().await;
    let request = |number: u8, reference: &str, due: &str| CategoryRequest {
        id: CategoryRequestId::from_bytes([number; 16]),
        object: ObjectId::from_bytes([9; 16]),
        control_kind: "land".to_owned(),
        reference: reference.to_owned(),
        category: RiskCategory::High,
        filed_on: "2026-11-02".parse().unwrap(),
        due_on: due.parse().unwrap(),
        entered_at: at(0),
        state: RequestState::Filed,
    };
    let (first, second) = (request(1, "ВХ-1", "2026-11-10"), request(2, "ВХ-2", "2026-11-09"));
    let mut tx = store.begin().await.unwrap();
    tx.insert_category_request(&first).await.unwrap();
    tx.insert_category_request(&second).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let taken = tx.insert_category_request(&request(3, "ВХ-1", "2026-11-10")).await.unwrap_err();
    assert!(
        matches!(taken, StoreError::Constraint { constraint, .. } if constraint == "category_requests_paper")
    );
    drop(tx);
    one_paper_may_be_about_several(&store, &first).await;
    let open = store.open_category_requests().await.unwrap();
    assert_eq!(open, [second.clone(), first.clone()], "the earliest term first");
    let reply = Localized { ru: "отказ".to_owned(), en: "refused".to_owned() };
    let answered = second.answer(RequestVerdict::Refused, reply, ("Петров".to_owned(), at(5))).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.answer_category_request(&answered).await.unwrap();
    let stale = tx.answer_category_request(&answered).await.unwrap_err();
    assert_eq!(stale.info().code, "STATE_CHANGED");
    tx.commit().await.unwrap();
    assert_eq!(store.category_request(answered.id).await.unwrap(), Some(answered.clone()));
    assert_eq!(store.open_category_requests().await.unwrap(), std::slice::from_ref(&first));
    let since = |second| store.category_requests_answered_since(at(second));
    assert_eq!(since(5).await.unwrap(), std::slice::from_ref(&answered));
    assert_eq!(since(6).await.unwrap(), []);
    assert_eq!(store.category_requests_of(first.object).await.unwrap(), [first, answered]);
}

/// The same number may be of another day, and one paper about two objects or two kinds of control.
async fn one_paper_may_be_about_several(store: &crate::Store, first: &CategoryRequest) {
    let id = |number: u8| CategoryRequestId::from_bytes([number; 16]);
    let others = [
        CategoryRequest { id: id(4), object: ObjectId::from_bytes([8; 16]), ..first.clone() },
        CategoryRequest { id: id(5), control_kind: "premises".to_owned(), ..first.clone() },
        CategoryRequest { id: id(6), filed_on: "2025-11-05".parse().unwrap(), ..first.clone() },
    ];
    let mut tx = store.begin().await.unwrap();
    for other in &others {
        tx.insert_category_request(other).await.unwrap();
    }
    tx.rollback().await.unwrap();
}

fn user(number: u8, login: &str) -> User {
    User {
        id: UserId::from_bytes([number; 16]),
        login: login.to_owned(),
        name: "Петрова А. И.".to_owned(),
        role: "desk_analyst".to_owned(),
        staff: None,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        state: UserState::Active,
        created_at: at(0),
        changed_at: at(0),
    }
}

async fn users_are_found_by_login_and_changed_once(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_user(&user(1, "desk")).await.unwrap();
    tx.insert_user(&user(2, "head")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.user_by_login("desk").await.unwrap(), Some(user(1, "desk")));
    assert_eq!(store.user_by_login("Desk").await.unwrap(), None);
    assert_eq!(store.users().await.unwrap().len(), 2);
    let mut tx = store.begin().await.unwrap();
    let taken = tx.insert_user(&user(3, "desk")).await.unwrap_err();
    assert!(matches!(taken, StoreError::Constraint { constraint, .. } if constraint == "users_login"));
    drop(tx);
    let blocked = User { state: UserState::Blocked, changed_at: at(5), ..user(1, "desk") };
    let mut tx = store.begin().await.unwrap();
    tx.update_user(&blocked, at(0)).await.unwrap();
    let stale = tx.update_user(&blocked, at(0)).await.unwrap_err();
    assert_eq!(stale.info().code, "STATE_CHANGED");
    tx.commit().await.unwrap();
    assert_eq!(store.user(blocked.id).await.unwrap().map(|user| user.state), Some(UserState::Blocked));
    assert!(!format!("{blocked:?}").contains("argon2"));
}

async fn sessions_end(backend: Backend) {
    let store = backend.initialised().await;
    assert!(store.create_session("s1", b"one", at(10)).await.unwrap());
    assert!(!store.create_session("s1", b"two", at(10)).await.unwrap());
    store.save_session("s2", b"two", at(20)).await.unwrap();
    store.save_session("s2", b"three", at(30)).await.unwrap();
    assert_eq!(store.load_session("s1", at(9)).await.unwrap(), Some((b"one".to_vec(), at(10))));
    assert_eq!(store.load_session("s1", at(10)).await.unwrap(), None);
    assert_eq!(store.load_session("s2", at(10)).await.unwrap(), Some((b"three".to_vec(), at(30))));
    assert_eq!(store.delete_expired_sessions(at(10)).await.unwrap(), 1);
    store.delete_session("s2").await.unwrap();
    assert_eq!(store.load_session("s2", at(0)).await.unwrap(), None);
}
